/** Content-addressed blobs: the files of models. */
@NullMarked
package dev.candor.persistence.blob;

import org.jspecify.annotations.NullMarked;
