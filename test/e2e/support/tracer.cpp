#include "e2e/support/tracer.hpp"

#include <sys/ptrace.h>
#include <sys/wait.h>

namespace autossh_test {

Tracer::Tracer(pid_t process)
    : thread_([this, process] {
          held_ = ptrace(PTRACE_SEIZE, process, nullptr, nullptr) == 0 &&
                  ptrace(PTRACE_INTERRUPT, process, nullptr, nullptr) == 0;
          tried_.count_down();
          int status = 0;
          while (held_ && waitpid(process, &status, __WALL) == process && WIFSTOPPED(status)) {
          }
      })
{}

bool Tracer::holds()
{
    tried_.wait();
    return held_;
}

}  // namespace autossh_test
