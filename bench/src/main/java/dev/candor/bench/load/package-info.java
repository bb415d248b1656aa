/** A closed-loop HTTP/1.1 load driver that checks what it is answered. */
@NullMarked
package dev.candor.bench.load;

import org.jspecify.annotations.NullMarked;
