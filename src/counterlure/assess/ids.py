"""Every identifier this room reads or hands on; rooms above word them, none invents another."""

from __future__ import annotations

from counterlure.model import Family

FINDING_KINDS: dict[str, Family] = {
    kind: family
    for family, kinds in {
        Family.PROFILE: (
            "seamless_career",
            "impossible_dates",
            "seniority_too_fast",
            "degree_after_the_job",
            "ragged_career",
            "impossible_counters",
            "followers_without_staff",
            "thin_account",
            "role_held_by_another",
            "identifier_conflicts",
            "identifier_nobody_cites",
            "story_changed",
            "story_held",
            "profile_text_copied",
            "advert_copied",
            "skeleton_shared",
            "portrait_reused",
            "aligned_eyes",
        ),
        Family.CONVERSATION: (
            "contact_only",
            "approach_only",
            "rapport_or_inducement_only",
            "probing_access",
            "channel_shift",
            "paid_work",
            "paid_trip",
            "paid_work_and_trip",
            "tasking",
            "tasking_before_contract",
            "sensitive_request",
            "sensitive_request_for_pay",
            "pay_rises_with_confidentiality",
            "public_to_internal",
            "secrecy",
            "secrecy_with_channel_change",
            "client_withheld_after_asking",
            "client_withheld_then_probing",
            "insists_after_refusal",
            "payload_pushed",
            "login_or_credentials_asked",
            "money_asked_from_target",
            "guaranteed_returns",
            "leverage_built",
            "coercion",
            "identity_papers_asked",
            "third_party_contacts_paid",
            "unusual_payment_route",
            "handed_to_second_persona",
            "personal_bond",
            "many_stages",
            "words_of_a_hostile_approach",
            "words_of_a_request",
            "words_of_a_task",
            "words_of_secrecy",
            "words_undecided",
            "words_too_few",
            "words_of_honest_dealing",
            "contract_before_work",
            "confidentiality_ruled_out",
            "client_named_when_asked",
            "refusal_accepted",
            "verifiable_invitation",
            "work_between_colleagues",
            "target_began",
            "quoted_warning",
        ),
        Family.COORDINATION: (
            "several_targets",
            "same_text_several_targets",
            "same_text_across_accounts",
            "shared_targets",
            "part_of_group",
        ),
        Family.EMPLOYER: (
            "employer_not_in_register",
            "employer_in_register",
            "employer_register_unknown",
            "employer_shared_by_suspects",
            "role_before_founding",
            "organisation_seen_before",
        ),
        Family.DISAPPEARANCE: ("removed_after_contact",),
    }.items()
    for kind in kinds
}
"""Kind of finding -> its evidence family; `likelihoods.yml` weighs these, `authenticity.yml` those of profiles."""

MISSING_IDS = (
    "no_text",  # no readable words from the account
    "few_words",  # fewer than `levels.yml` words.judged
    "not_assessed_language",  # the account wrote in a language without rules
    "no_reply_from_target",  # the account wrote, nothing from the target was handed in
    "only_one_side",  # the target wrote, nothing readable from the account
    "undated",  # some rows carry no readable date, so their order is not known
    "attachments_not_examined",
    "spam_folder_missing",  # the deliveries hold no spam or archived folder
    "name_only_account",  # known by name alone: two people may be one account here
    "no_profile_capture",
    "no_register",  # the claimed employer was not looked up
)
"""What was not available and would matter, in the order in which an assessment lists it."""

WOULD_CHANGE_IDS = (
    # lowers the level
    "answer_from_employer_on_known_number",
    "written_contract",
    "named_client",
    "public_material_only_in_writing",  # the asker writes that nothing unpublished is wanted
    "file_checked_by_security",
    "invitation_confirmed_by_organiser",
    "colleague_knows_the_account",
    "refusal_respected",
    # raises the level
    "colleague_same_text",
    "request_for_internal_matter",
    "pay_before_contract",
    "request_to_keep_secret",
    "pressure_after_refusal",
    "money_asked",
    # gives something to judge on
    "full_conversation",
    "archive_of_a_colleague",
    "profile_capture",
    "reading_by_someone_who_knows_the_language",
)
"""What observation would lower or raise the level, in the order in which an assessment lists it."""
