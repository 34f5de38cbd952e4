"""Header rows in other languages, column by column.

Every archive seen so far is in English, whatever the member's language. These are the platform's own words for the
columns, kept so that a translated archive is read with a warning instead of refused.
"""

from __future__ import annotations


def _table(**languages: dict[str, str]) -> dict[str, tuple[str, str]]:
    names = {"fr": "French", "de": "German", "es": "Spanish", "zh": "Chinese"}
    return {
        alias: (names[language], column) for language, words in languages.items() for alias, column in words.items()
    }


MESSAGES = _table(
    fr={
        "id de la conversation": "conversation id",
        "id de conversation": "conversation id",
        "titre de la conversation": "conversation title",
        "de": "from",
        "expéditeur": "from",
        "url du profil de l'expéditeur": "sender profile url",
        "url du profil de l’expéditeur": "sender profile url",
        "à": "to",
        "destinataire": "to",
        "url des profils des destinataires": "recipient profile urls",
        "urls des profils des destinataires": "recipient profile urls",
        "objet": "subject",
        "contenu": "content",
        "dossier": "folder",
        "sens": "direction",
    },
    de={
        "konversations-id": "conversation id",
        "unterhaltungs-id": "conversation id",
        "titel der konversation": "conversation title",
        "von": "from",
        "absender": "from",
        "profil-url des absenders": "sender profile url",
        "an": "to",
        "profil-urls der empfänger": "recipient profile urls",
        "datum": "date",
        "betreff": "subject",
        "inhalt": "content",
        "ordner": "folder",
        "richtung": "direction",
    },
    es={
        "id de la conversación": "conversation id",
        "id de conversación": "conversation id",
        "título de la conversación": "conversation title",
        "remitente": "from",
        "url del perfil del remitente": "sender profile url",
        "para": "to",
        "destinatario": "to",
        "url de los perfiles de los destinatarios": "recipient profile urls",
        "urls de los perfiles de los destinatarios": "recipient profile urls",
        "fecha": "date",
        "asunto": "subject",
        "contenido": "content",
        "carpeta": "folder",
        "dirección": "direction",
    },
    zh={
        "会话 id": "conversation id",
        "对话 id": "conversation id",
        "会话标题": "conversation title",
        "对话标题": "conversation title",
        "发件人": "from",
        "发送者": "from",
        "发件人档案链接": "sender profile url",
        "发送者档案网址": "sender profile url",
        "收件人": "to",
        "收件人档案链接": "recipient profile urls",
        "收件人档案网址": "recipient profile urls",
        "日期": "date",
        "主题": "subject",
        "内容": "content",
        "文件夹": "folder",
        "方向": "direction",
    },
)

INVITATIONS = _table(
    fr={
        "de": "from",
        "expéditeur": "from",
        "à": "to",
        "destinataire": "to",
        "envoyé le": "sent at",
        "date d'envoi": "sent at",
        "sens": "direction",
    },
    de={
        "von": "from",
        "an": "to",
        "gesendet am": "sent at",
        "nachricht": "message",
        "richtung": "direction",
    },
    es={
        "remitente": "from",
        "para": "to",
        "destinatario": "to",
        "enviado el": "sent at",
        "mensaje": "message",
        "dirección": "direction",
    },
    zh={"发件人": "from", "收件人": "to", "发送时间": "sent at", "消息": "message", "方向": "direction"},
)

CONNECTIONS = _table(
    fr={
        "prénom": "first name",
        "nom": "last name",
        "nom de famille": "last name",
        "adresse e-mail": "email address",
        "entreprise": "company",
        "poste": "position",
        "date de connexion": "connected on",
        "en relation depuis": "connected on",
    },
    de={
        "vorname": "first name",
        "nachname": "last name",
        "e-mail-adresse": "email address",
        "unternehmen": "company",
        "verbunden am": "connected on",
    },
    es={
        "nombre": "first name",
        "apellidos": "last name",
        "dirección de correo electrónico": "email address",
        "empresa": "company",
        "cargo": "position",
        "conectado el": "connected on",
    },
    zh={
        "名字": "first name",
        "姓氏": "last name",
        "网址": "url",
        "电子邮件地址": "email address",
        "公司": "company",
        "职位": "position",
        "建立联系时间": "connected on",
    },
)
