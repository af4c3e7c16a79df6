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

/* Large blocks that one trial has given back, for the next: it needs the same ones, and pages that are at
 * hand already cost no fault, no clearing by the system and fewer misses, most of all beside other work. For
 * one thread at a time. NULL instead: nothing is kept. */
typedef struct sim_memory sim_memory;
sim_memory *sim_memory_create(void);
void sim_memory_destroy(sim_memory *memory); /* once all of its blocks have been given back */
/* Another trial begins: what the last one did not need is handed back to the system. */
void sim_memory_turn(sim_memory *memory);
size_t sim_memory_kept(const sim_memory *memory); /* bytes that are in no use just now */

/* realloc(): p NULL makes a block, size 0 frees it and returns NULL. NULL: no memory, and p is as it was.
 * What is new is not cleared. It is a bis_allocator's resize; context: a sim_memory or NULL. */
void *sim_memory_resize(void *context, void *p, size_t size);

/* As sim_memory_free(), but nothing is kept: of what will not be asked for again in this size, such as an
 * array that has grown out of it. */
void sim_memory_release(void *p);

/* calloc(): a large block of zeros that is not one kept is touched by nobody. NULL: no memory. */
void *sim_memory_zeroed(sim_memory *memory, size_t n, size_t size);

void sim_memory_free(void *p); /* NULL is fine; goes back to where it came from */

#endif
