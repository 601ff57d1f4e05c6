#ifndef CTUNNEL_H
#define CTUNNEL_H

// Makes a network interface whose packets this process reads and writes, each behind the ten bytes in which the kernel says
// what it has left to a device: sums, and cutting long ones up. Gives its descriptor, or minus the error's number.
int tunnel_open(const char *name);

#endif
