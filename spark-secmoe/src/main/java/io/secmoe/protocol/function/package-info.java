/** Non-linear functions, norms and softmax, composed of the protocols of the other packages. */
package io.secmoe.protocol.function;
