/** The JSON of OpenAI's API: requests read, answers and errors written. Knows no HTTP. */
@NullMarked
package dev.candor.cluster.openai;

import org.jspecify.annotations.NullMarked;
