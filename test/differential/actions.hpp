#pragma once

#include "differential/run.hpp"

/// The vocabulary of the tables: when something happens, what is done.
namespace autossh_test {

Event on_start(int number, Action act);             ///< fake_ssh has announced it
Event on_log(const std::string& text, Action act);  ///< the log file holds it
Event on_log(const std::string& text, int times, Action act);
Event on_exit(Action act);                              ///< the command has returned (-f)
Event on_signals(const std::string& text, Action act);  ///< fake_ssh's file `signals` holds it
Event on_message(Action act);                           ///< a heartbeat has been heard: the test is in flight
Event on_ssh_stopped(int number, Action act);

Action tell(int signal);      ///< to autossh
Action tell_ssh(int signal);  ///< to the last ssh
Action all(std::vector<Action> actions);
Action nothing();

Action note_pid_file();                                         ///< what {DIR}/pid holds
Action note_file(const std::string& name);                      ///< the file's text
Action note_state(int number, std::vector<std::string> names);  ///< those lines of state.N
Action note_family();                                           ///< the number of processes alive
Action note_command();                                          ///< whether the command has returned, and how
Action note_messages();        ///< what was said over the heartbeat, the random part named
Action note_end_of_autossh();  ///< the exit status of the one in the background

Action occupy_read_port();  ///< somebody else listens on {P+1}

}  // namespace autossh_test
