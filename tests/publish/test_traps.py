"""What portals do that a publisher would not expect, each with the test that meets it on the real server."""

import re
from pathlib import Path

import pytest

CKAN = {
    "a bad token reads as nobody": "test_a_bad_token_is_told_and_not_quoted",
    "an unknown organisation is a field's error": "test_an_unknown_organisation_is_told_with_what_to_do",
    "two creations at once: an error, a 500, or two successes": "test_four_publishers_at_once_leave_one_dataset",
    "a name that is taken cannot be read": "test_a_name_that_another_organisation_hides_is_told",
    "messages are translated": "test_a_site_that_speaks_french_is_understood",
    "there is no timeout by default": "test_a_portal_that_answers_nothing_but_errors_is_given_up_within_patience",
    "a redirect is not followed": "test_a_move_to_another_host_is_not_followed_and_the_token_stays_here",
    "what is no CKAN answers HTML": "test_an_address_that_is_no_portal_is_told",
    "names have 100 characters": "test_a_name_longer_than_ckan_takes_is_told",
    "tags are letters, digits, - _ .": "test_the_same_version_again_changes_nothing",
    "a long extra breaks the index": "test_a_wide_table_s_schema_is_larger_than_a_search_index_takes_and_is_kept",
    "licences are not validated": "test_the_package_says_what_dcat_needs",
    "deletion is soft": (
        "test_a_dataset_that_was_deleted_on_the_portal_comes_back_when_asked_and_the_next_version_with_it"
    ),
    "files of a deleted dataset are served": (
        "test_files_of_a_dataset_that_an_officer_deleted_there_go_too_and_it_stays_deleted"
    ),
    "a purge leaves nothing": "test_after_a_purge_it_is_made_anew",
    "an update of a part wipes the rest": "test_what_others_added_on_the_portal_stays_after_ours",
    "a resource made twice poisons the package": "test_a_package_that_ckan_can_no_longer_change_is_emptied_and_filled",
    "size and type are guessed, Parquet has none": "test_each_resource_says_its_format_type_size_and_sha256",
    "xloader writes its own hash": "test_an_xloader_s_hash_is_no_change_and_the_next_version_brings_its_own",
    "files are replaced in place": "test_a_new_version_is_one_revision_in_place",
    "an upload that is cut leaves nothing": "test_after_one_fault_a_ckan_holds_the_version_once",
    "a file too large is refused after the whole body": (
        "test_a_file_larger_than_the_site_takes_is_told_and_leaves_nothing"
    ),
    "a front end refuses a large file in HTML": "test_a_file_that_a_front_end_finds_too_large_is_told",
    "show and update lose others' edits": "test_an_edit_between_plan_and_apply_is_not_overwritten_unseen",
    "the same again makes a revision": "test_the_same_version_again_changes_nothing",
    "numbers pass through floats": "test_rows_keep_their_types_and_their_cents",
    "a removed resource leaves its table": (
        "test_rows_that_a_datastore_holds_are_dropped_before_their_file_changes_or_goes"
    ),
    "many rows take longer than a timeout": "test_rows_go_some_thousand_at_a_time",
    "some columns no DataStore takes": "test_columns_that_no_datastore_takes_are_told_and_the_files_go_all_the_same",
}
UDATA = {
    "a bad key is refused on public data too": "test_a_bad_token_is_told_and_not_quoted",
    "who is no member gets a 400": "test_an_organisation_without_the_right_to_publish_is_told",
    "without an organisation the user owns it": "test_an_unknown_organisation_is_told_with_what_to_do",
    "nothing is locked": "test_an_edit_between_plan_and_apply_is_not_overwritten_unseen",
    "two creations, two datasets": "test_a_dataset_that_was_made_twice_keeps_the_older",
    "extras cannot be searched": "test_a_dataset_is_found_on_whichever_page_of_the_organisation_it_stands",
    "the list has archived ones": "test_an_archived_dataset_is_ours_still_and_stays_archived",
    "the slug follows the title": "test_a_dataset_that_was_renamed_on_the_portal_is_found_all_the_same",
    "a PUT empties what it leaves out": "test_what_an_officer_filled_in_stays_through_the_next_version",
    "an unknown licence is dropped unsaid": "test_a_licence_that_the_portal_dropped_unsaid_is_seen",
    "frequencies are a vocabulary": "test_every_frequency_and_licence_of_ours_is_in_the_portal_s_vocabulary",
    "one tag is split at commas, Corsica's zones are lost": (
        "test_a_town_without_a_zone_on_the_portal_and_a_keyword_with_commas_leave_nothing_to_plan"
    ),
    "errors have many forms": "test_a_text_that_udata_refuses_is_told_with_its_field",
    "files of a private dataset are public": "test_a_dataset_is_hidden_until_all_its_files_are_there",
    "files of a deleted dataset are served": (
        "test_files_of_a_dataset_that_an_officer_deleted_there_go_too_and_it_stays_deleted"
    ),
    "a replaced file has a new address": "test_a_new_version_leaves_no_copy_of_the_old_one",
    "a hosted file's digest cannot be written": "test_a_file_that_was_replaced_on_the_portal_is_seen_and_put_right",
    "one name twice in a second is a 500": "test_after_one_fault_a_udata_holds_the_version_once",
    "new resources come first": "test_the_dataset_holds_the_five_files_in_a_readers_order_and_the_way_to_all_versions",
    "Parquet is refused": "test_parquet_which_udata_refuses_is_a_link_with_its_sha256",
    "a large file goes in parts": "test_a_large_file_goes_in_parts_and_arrives_whole",
    "schemas are a catalogue": "test_the_schema_is_named_with_its_version_on_the_csv_alone",
    "deletion is soft": (
        "test_a_dataset_that_was_deleted_on_the_portal_comes_back_when_asked_and_the_next_version_with_it"
    ),
}


@pytest.mark.parametrize("test", sorted({*CKAN.values(), *UDATA.values()}))
def test_every_trap_has_its_test(test: str):
    written = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert re.search(rf"^def {test}\(", written, re.MULTILINE)
