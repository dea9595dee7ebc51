#include "base/random.hpp"

#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>
#include <cerrno>

namespace orochi::base {

static bool read_urandom(char* p, std::size_t size) {
    int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    while (size > 0) {
        ssize_t n = read(fd, p, size);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) {
            int error = n < 0 ? errno : EIO;
            close(fd);
            errno = error;
            return false;
        }
        p += n;
        size -= static_cast<std::size_t>(n);
    }
    close(fd);
    return true;
}

bool random_bytes(void* buffer, std::size_t size, bool blocking) {
    char* p = static_cast<char*>(buffer);
    while (size > 0) {
        ssize_t n = getrandom(p, size, blocking ? 0 : GRND_NONBLOCK);
        if (n < 0) {
            if (errno == EINTR) continue;
            // Too early in the boot to promise entropy, or a kernel or sandbox without the call.
            if (errno == EAGAIN || errno == ENOSYS || errno == EPERM) return read_urandom(p, size);
            return false;
        }
        p += n;
        size -= static_cast<std::size_t>(n);
    }
    return true;
}

}  // namespace orochi::base
