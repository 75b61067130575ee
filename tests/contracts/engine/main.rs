//! The contract of the container engine: one suite for the simulation and a real engine. Every test has the same
//! expectations for both, so any difference between them fails.
//!
//! The real engine is at `DOCKER_HOST`, or at `/var/run/docker.sock`; without one these tests fail. They need the
//! images of `tests/setup/images.sh`. Objects of a test have their own instance id and name prefix, and are removed at
//! its end, even if it fails.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod answers;
mod bench;
mod builds;
mod docker;
mod mapping;
mod outside;
mod pulls;
mod requests;
mod suite;

/// Runs each test once per engine.
macro_rules! contract {
    ($($area:ident: $($test:ident)*;)*) => {
        mod simulation {
            $(mod $area {
                $(#[tokio::test]
                async fn $test() {
                    let bench = crate::bench::Bench::simulation();
                    bench.run(|bench| Box::pin(crate::suite::$area::$test(bench))).await;
                })*
            })*
        }
        mod docker_engine {
            $(mod $area {
                $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    let bench = crate::bench::Bench::docker(stringify!($test)).await;
                    bench.run(|bench| Box::pin(crate::suite::$area::$test(bench))).await;
                })*
            })*
        }
    };
}

contract! {
    create:
        a_taken_name_names_its_holder
        a_bad_name_is_refused
        a_missing_image_is_not_available
        a_missing_network_shows_at_the_start
        a_missing_bind_source_is_refused
        several_networks_at_once_are_refused_by_older_engines
        a_quicker_start_of_health_checks_is_refused_by_older_engines
        a_missing_named_volume_is_created;
    run:
        starting_twice_is_starting_once
        stopping_twice_is_stopping_once
        a_run_that_ended_by_itself_differs_from_one_that_was_stopped
        a_missing_container_is_not_found
        a_paused_container_is_not_started
        a_missing_command_refuses_the_start
        a_taken_port_refuses_the_start_until_it_is_free
        a_port_of_a_range_is_picked
        an_unmountable_volume_refuses_the_start
        the_exit_code_is_kept
        a_kill_shows_its_signal
        a_restart_is_a_new_run
        a_restart_policy_counts
        health_is_reported_until_the_end
        a_stopped_parent_is_waited_for
        a_lost_parent_is_not_found;
    inject:
        a_file_is_there_at_the_start
        a_file_is_written_over
        a_read_only_container_rejects_files
        a_hook_runs_beside_the_process
        a_failing_hook_reports_its_exit_code
        a_hook_needs_a_running_container
        an_artifact_is_there_at_the_start
        an_artifact_that_cannot_be_read_is_refused
        a_signal_needs_a_running_container
        a_missing_container_takes_neither;
    rename:
        renaming_to_the_own_name_is_done
        renaming_onto_a_taken_name_names_its_holder
        a_stopped_container_can_be_renamed;
    remove:
        a_running_container_is_not_removed
        a_paused_container_is_not_removed
        removing_twice_is_removing_once
        two_removals_at_once_both_end
        anonymous_volumes_go_only_when_asked
        an_inherited_volume_stays
        a_volume_shows_whether_anybody_named_it;
    network:
        a_taken_name_is_refused
        duplicates_are_told_apart_by_id
        an_overlapping_subnet_is_refused
        removing_twice_is_removing_once
        a_running_container_keeps_its_network
        a_stopped_container_does_not
        connecting_twice_is_connecting_once
        connecting_needs_both_sides
        membership_is_known_before_the_first_start
        disconnecting_twice_is_disconnecting_once
        aliases_are_those_of_the_last_connection
        a_chosen_address_needs_a_chosen_subnet;
    volume:
        an_existing_volume_stays_as_it_is
        an_unknown_driver_is_refused
        removing_twice_is_removing_once
        a_mounted_volume_is_not_removed;
    image:
        an_unreachable_registry_is_unavailable
        an_unknown_image_is_not_available
        removing_an_image_takes_its_names_along
        an_image_that_a_container_uses_stays
        a_name_that_has_moved_on_stays
        removing_an_image_twice_is_removing_it_once;
    inventory:
        it_has_everything_with_its_users
        sizes_are_known_when_asked_for
        an_engine_that_is_down_is_unavailable;
    witness:
        what_happened_is_told_in_order
        a_time_to_start_from_is_honoured
        a_document_is_whole
        a_missing_container_has_no_document
        an_engine_that_is_down_is_unavailable;
    build:
        a_built_image_has_its_name_and_build_hash
        a_build_moves_the_name_and_leaves_the_earlier_image
        a_failing_step_returns_its_output_and_moves_no_tag
        a_missing_base_image_fails_the_build
        an_unreachable_registry_is_unavailable;
    logs:
        the_two_streams_are_told_apart
        what_is_written_later_follows
        without_following_it_ends_with_what_there_is
        the_end_of_the_container_is_the_end
        a_restart_is_an_end
        a_stopped_container_returns_existing_output
        it_starts_the_given_number_of_lines_before_the_end
        both_ends_of_a_period_belong_to_it
        a_long_line_is_several_entries_of_one_time
        a_log_driver_that_keeps_nothing_is_named
        several_follow_the_same_container
        a_missing_container_is_not_found
        an_engine_that_is_down_is_unavailable;
    statistics:
        a_running_container_is_measured_again_and_again
        several_measure_the_same_container
        the_end_of_the_run_is_the_end
        a_removal_is_an_end
        a_container_that_does_not_run_is_not_measured
        a_missing_container_is_not_found
        the_engine_tells_where_its_data_is
        an_engine_that_is_down_is_unavailable;
    files:
        a_file_is_written_listed_and_read
        folders_are_listed_one_level_deep
        a_whole_folder_is_an_archive
        what_is_something_else_is_refused
        an_upload_that_is_not_as_announced_is_refused
        a_missing_container_has_no_files;
    terminal:
        outputs_and_exit_code_are_told
        a_command_that_cannot_be_started_has_written_nothing
        a_command_may_write_what_the_engine_would
        input_is_read_to_its_end
        a_terminal_echoes_and_has_a_size
        it_ends_with_its_container
        a_terminal_that_is_dropped_hangs_up
        only_a_running_container_runs_commands;
    observe:
        our_containers_are_reported_in_full_and_others_as_occupants
        another_instance_is_foreign
        adopted_containers_are_reported_in_full
        mounts_have_their_kind
        the_last_lines_are_read
        a_start_is_a_change
        an_engine_that_is_down_is_unavailable;
}
