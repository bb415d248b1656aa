/** What nothing can be below: bare HTTP servers, the raw engine, one durable write. */
@NullMarked
package dev.candor.bench.floor;

import org.jspecify.annotations.NullMarked;
