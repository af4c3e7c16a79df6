/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * memory.h - blocks of memory, with large pages for large ones.
 *
 * A large world is read at random. With pages of 4 KB that costs two things, a fault for each page when it is
 * first touched and a walk through the page tables whenever it is touched again; pages of 2 MB cost next to
 * nothing of either. Linux gives them to those who ask and whose memory begins at such a page, if
 * /sys/kernel/mm/transparent_hugepage/enabled says "madvise" or "always"; elsewhere asking does nothing.
 * docs/BENCH.md has what it brings.
 *
 * A page of either size that nobody touches takes no memory, so room that may be needed can be asked for at
 * once. All blocks begin at a cache line. One made here is given back here.
 */
#ifndef SIM_MEMORY_H
#define SIM_MEMORY_H

#include <stddef.h>

/* realloc(): p NULL makes a block, size 0 frees it and returns NULL. NULL: no memory, and p is as it was.
 * What is new is not cleared. It is a bis_allocator's resize; context is not used. */
void *sim_memory_resize(void *context, void *p, size_t size);

/* calloc(): a large block of zeros is touched by nobody. NULL: no memory. */
void *sim_memory_zeroed(size_t n, size_t size);

void sim_memory_free(void *p); /* NULL is fine */

#endif
