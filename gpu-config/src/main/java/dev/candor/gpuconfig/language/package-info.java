/** Language models: tokenizer, sampling, and sequences that share a device step by step. Knows neither cluster nor journal. */
@NullMarked
package dev.candor.gpuconfig.language;

import org.jspecify.annotations.NullMarked;
