/**
 * What a proof asserts about committed cells: affine forms in them, equations between such forms, and products. Gadgets speak to a
 * {@link dev.candor.proving.constraint.Session}, which both sides implement, so that one piece of code fixes the order of messages.
 */
@NullMarked
package dev.candor.proving.constraint;

import org.jspecify.annotations.NullMarked;
