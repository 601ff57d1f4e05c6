#include "CTunnel.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

int tunnel_open(const char *name) {
    struct ifreq request;
    memset(&request, 0, sizeof request);
    if (strlen(name) >= sizeof request.ifr_name) return -ENAMETOOLONG;
    strcpy(request.ifr_name, name);
    request.ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR;
    int tunnel = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    if (tunnel < 0) return -errno;
    // The other end is a kernel too: what this one leaves open passes through as it is.
    if (ioctl(tunnel, TUNSETIFF, &request) < 0 || ioctl(tunnel, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4) < 0) {
        int error = errno;
        close(tunnel);
        return -error;
    }
    return tunnel;
}
