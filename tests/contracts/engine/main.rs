//! The contract of the container engine: one suite, run against the simulation and against a real engine. Whatever a
//! test expects, it expects from both, so a difference between the two fails.
//!
//! The real engine is the one at `DOCKER_HOST`, or at `/var/run/docker.sock`; without one these tests fail. It needs
//! the images of `tests/setup/images.sh`. Objects of a test carry an instance id and a name prefix of its own and
//! are removed at its end, also when it fails.
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

/// Each test once per engine.
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
        a_named_volume_is_made_on_the_way;
    run:
        starting_twice_is_starting_once
        stopping_twice_is_stopping_once
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
        a_read_only_container_takes_no_files
        a_hook_runs_beside_the_process
        a_failing_hook_tells_its_code
        a_hook_needs_a_running_container
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
        an_inherited_volume_stays;
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
        an_unknown_image_is_not_available;
    build:
        a_built_image_is_known_by_its_name_and_by_what_it_was_built_from
        a_build_moves_the_name_and_leaves_the_earlier_image
        a_failing_step_tells_its_lines_and_moves_no_name
        a_missing_base_image_fails_the_build
        an_unreachable_registry_is_unavailable;
    observe:
        ours_come_in_full_and_others_as_occupants
        another_instance_is_foreign
        adopted_ones_come_in_full_as_they_are
        mounts_say_what_they_are
        the_last_lines_are_read
        a_start_is_a_change
        an_engine_that_is_down_is_unavailable;
}
