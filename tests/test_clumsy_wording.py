"""An honest message in the words of somebody who learned the language late is judged as the fluent one is."""

from __future__ import annotations

import pytest

from counterlure import pipeline
from counterlure.model import Level
from tests.factories import new_case, talk

# (fluent, clumsy): the same honest person, the same matter.
ENGLISH = {
    "recruiter": (
        (
            "Hello, I recruit for a rail operator and your work on signalling caught my eye. Could we talk this week?",
            "The salary band is 70 to 85 thousand and the job advert is on the company's site.",
            "Please send me your CV and two references. Leave out anything confidential about your employer.",
        ),
        (
            "Hello, me I make recruitment for railway company and your work of signalling has interested me. We can speak this week?",
            "The salary, it is between 70 and 85 thousand and advert of job is on site of company.",
            "Please to send me CV of you and two references. Do not put confidential thing of your employer.",
        ),
    ),
    "scholar": (
        (
            "Dear colleague, I read your paper on battery ageing and have a question about the published data set.",
            "Would you give a talk at our department in May? The university reimburses the train on receipt.",
            "We only discuss published results, and the programme is on our website.",
        ),
        (
            "Dear colleague, I have read paper of you about ageing of battery and I have question on data set published.",
            "You would like give talk in our department at May? University is reimbursing the train with receipt.",
            "We discuss only results already published, and programme can be found in our website.",
        ),
    ),
    "supplier": (
        (
            "Thank you for visiting our stand. As promised, here is the brochure about the pumps.",
            "Who in your company handles purchasing for maintenance? I would like to send an offer the official way.",
            "No problem at all, I will write to the general address then. Have a good week.",
        ),
        (
            "Thanks you for visit to our stand. Like promised, here brochure of the pumps.",
            "Who does the purchase for maintenance in company of you? I want send offer by official way.",
            "It is not problem, I write then to address general. Good week to you.",
        ),
    ),
    "journalist": (
        (
            "I write for a trade magazine and am preparing a piece on port automation.",
            "Could I interview you on the record? Your press office may sit in, and I send you your quotes before print.",
            "I understand that you cannot speak about your own terminal. General remarks are fine.",
        ),
        (
            "I am writing in magazine of the trade and I prepare article about automation of ports.",
            "Can I make interview with you, on the record? Press office of you can assist, and I send quotes before the print.",
            "I understand you can not speak of own terminal. Remarks general are fine for me.",
        ),
    ),
}
FRENCH = {
    "recruteur": (
        (
            "Bonjour, je recrute pour un exploitant ferroviaire et votre parcours en signalisation m'a intéressé.",
            "Le salaire se situe entre 60 et 70 k€ et l'annonce est publiée sur le site de l'entreprise.",
            "Envoyez-moi votre CV et deux références, sans rien de confidentiel sur votre employeur.",
        ),
        (
            "Bonjour, moi je fait recrutement pour compagnie de train et votre parcours de signalisation il m'interesse.",
            "Le salaire c'est entre 60 et 70 k€ et annonce elle est publié sur site de entreprise.",
            "Envoyez moi CV de vous et deux référence, sans chose confidentiel de votre employeur.",
        ),
    ),
    "organisatrice": (
        (
            "Bonjour, nous préparons un colloque sur l'hydrogène en mai et aimerions vous entendre.",
            "Le billet de train est remboursé sur justificatif et le programme est en ligne.",
            "Prévenez votre service de communication si nécessaire, nous avons l'habitude.",
        ),
        (
            "Bonjour, on prepare colloque de hydrogène en mai et on voudrais vous entendre.",
            "Le billet du train il est remboursé avec justificatif et programme il est en ligne.",
            "Vous pouvez prevenir service de communication si il faut, on a habitude.",
        ),
    ),
    "étudiant": (
        (
            "Bonjour, j'écris un mémoire sur la maintenance des éoliennes et votre article m'a beaucoup aidé.",
            "Accepteriez-vous un entretien d'une demi-heure sur ce qui est déjà publié ?",
            "Merci beaucoup, je vous enverrai le texte pour relecture avant de le rendre.",
        ),
        (
            "Bonjour, je écris mémoire de maintenance des éolienne et votre article m'a aidé beaucoup.",
            "Vous accepteriez entretien de demi heure sur ce que est déjà publié ?",
            "Merci beaucoup, j'envoyerai texte pour relire avant que je le rend.",
        ),
    ),
}
PEOPLE = {**ENGLISH, **FRENCH}


@pytest.fixture(scope="module")
def levels(tmp_path_factory) -> dict[str, Level]:
    with new_case(tmp_path_factory.mktemp("clumsy")) as made:
        for who, (fluent, clumsy) in PEOPLE.items():
            for way, texts in (("fluent", fluent), ("clumsy", clumsy)):
                name = f"{way}-{list(PEOPLE).index(who)}"
                turns = [
                    turn for text in texts for turn in (("in", text), ("out", "Thank you, I will think about it."))
                ]
                talk(made, name, f"target-{name}", *turns)
        judgement = pipeline.judge(made)
    return {judgement.accounts[a.account].key: a.level for a in judgement.assessments}


@pytest.mark.parametrize("who", PEOPLE)
def test_the_level_is_the_same_and_nobody_honest_is_watched(levels, who):
    number = list(PEOPLE).index(who)
    fluent, clumsy = levels[f"in:fluent-{number}"], levels[f"in:clumsy-{number}"]
    assert fluent is clumsy
    assert clumsy not in (Level.ALERT, Level.WATCH)
