/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * waitlist_kinds.h - what a pending event is: a kind, and the number of a shopper or a size.
 */
#ifndef WAITLIST_KINDS_H
#define WAITLIST_KINDS_H

#define VISIT         0x00000000u
#define OPEN          0x20000000u
#define ORGANIC_BUYER 0x40000000u
#define BATCH_DUE     0x60000000u
#define RESTOCK       0x80000000u
#define NUMBER        0x1fffffffu

#endif
