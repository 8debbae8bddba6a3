// The stand-in for ssh in the benchmark: says when it began and sleeps. As small as can be.
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <unistd.h>

int main()
{
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    const long long report[2] = {getpid(), now.tv_sec * 1'000'000'000LL + now.tv_nsec};
    const int fifo = open(std::getenv("TIMED_SSH_FIFO"), O_WRONLY);
    if (fifo < 0 || write(fifo, report, sizeof report) != sizeof report)
        return 1;
    close(fifo);
    pause();
}
