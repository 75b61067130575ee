//! What is wrong with a command to run in a container, and why terminals end.

core_monitor_message::messages! {
    pub(crate) fn command_without_program() = "the command is empty: its first word must be a program in the container";
    pub(crate) fn nul_in_command() =
        "the command, its user, its folder or its variables contain a NUL character, which cannot be passed to a program";
    pub(crate) fn command_too_long(most) =
        "the command with its variables has more than {most} bytes; put the rest into a file or its standard input";
    pub(crate) fn exec_variable_invalid() = "the name of a variable is empty or contains `=`";
    pub(crate) fn user_empty() = "`user` is empty; leave it out to run the command as the user of the container";
    pub(crate) fn workdir_not_absolute() = "`workdir` must be an absolute path in the container";
    pub(crate) fn size_out_of_range(most) = "a terminal has 1 to {most} columns and rows";
    pub(crate) fn command_exited(code) = "the command ended with exit code {code}";
    pub(crate) fn client_left() = "the client closed the terminal";
    pub(crate) fn server_stopping() = "the server stops; open a new terminal when it is back";
    pub(crate) fn message_too_large(most) = "a message has more than {most} bytes; send it in parts";
    pub(crate) fn engine_failed(reason) = "the container engine failed: {reason}";
    pub(crate) fn not_now(reason) = "the terminal cannot be opened right now: {reason}";
    pub(crate) fn container_stopped() = "the container has stopped or was removed";
    pub(crate) fn worker_lost() = "the worker was lost; open a new terminal when it is back";
    pub(crate) fn terminal_idle(seconds) = "nothing was typed or printed for {seconds} seconds (`terminal_idle`)";
    pub(crate) fn terminal_old(seconds) = "the terminal was open for {seconds} seconds (`terminal_age`)";
    pub(crate) fn command_timed_out(seconds) = "the command was still running after {seconds} seconds";
    pub(crate) fn terminal_revoked() = "whoever opened the terminal may not use it any more";
    pub(crate) fn program_not_found() =
        "the container has no such program; give its whole path, or one that its image has";
    pub(crate) fn command_not_started(reason) = "the engine could not start the command: {reason}";
    pub(crate) fn output_ended() = "the output of the command ended; its exit code is unknown";
}
