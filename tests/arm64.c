// Calls a door on ARM64: reads what it is called with, calls it, writes back what it left in its arrays; until the end.
//
// A call is: how many words, the words; how many arrays, and of each the number of the word that is its address, its
// size in bytes and its content. The answer is the contents of the arrays. All numbers are words of 64 bits.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define ALIGNED 64 // as doors.room has it

int64_t the_door(int64_t *words);

typedef struct {
    int64_t place, size;
    void *content;
} Array;

static void *room(int64_t size) {
    void *found = aligned_alloc(ALIGNED, (size / ALIGNED + 1) * ALIGNED);
    if (!found) {
        fprintf(stderr, "arm64.c: no room for %lld bytes\n", (long long)size);
        exit(1);
    }
    return found;
}

static void get(void *into, int64_t size) {
    if (size && fread(into, size, 1, stdin) != 1) {
        fprintf(stderr, "arm64.c: a call ends too early\n");
        exit(1);
    }
}

static int64_t number(void) {
    int64_t found;
    get(&found, sizeof found);
    return found;
}

int main(void) {
    int64_t count;
    while (fread(&count, sizeof count, 1, stdin) == 1) {
        int64_t *words = room(count * sizeof *words);
        get(words, count * sizeof *words);
        int64_t arrays = number();
        Array *given = room(arrays * sizeof *given);
        for (Array *one = given; one < given + arrays; one++) {
            one->place = number();
            one->size = number();
            one->content = room(one->size);
            get(one->content, one->size);
            words[one->place] = (int64_t)one->content;
        }
        the_door(words);
        for (Array *one = given; one < given + arrays; one++) {
            fwrite(one->content, 1, one->size, stdout);
            free(one->content);
        }
        fflush(stdout);
        free(given);
        free(words);
    }
    return 0;
}
