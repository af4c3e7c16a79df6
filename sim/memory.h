/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * memory.h - blocks of many megabytes.
 *
 * A large world is read at random, and page by page it costs two things that pages of 2 MB cost far less: a fault for
 * each page when it is first touched, and a walk through the page tables when it is touched again. Linux gives large
 * pages to those who ask, if it is set to "madvise" or "always"; elsewhere asking does nothing. A page of either size
 * that nobody touches takes no memory.
 */
#ifndef SIM_MEMORY_H
#define SIM_MEMORY_H

#include <stddef.h>

/* Asks for large pages for what lies in p[0 .. size). NULL, or a block too small to hold some, is fine. */
void sim_memory_large(void *p, size_t size);

/* realloc(), with large pages asked for; a bis_allocator's resize. context: not used. */
void *sim_memory_resize(void *context, void *p, size_t size);

/* calloc(), likewise. */
void *sim_memory_zeroed(size_t n, size_t size);

#endif
