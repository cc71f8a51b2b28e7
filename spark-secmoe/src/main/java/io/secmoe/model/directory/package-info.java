/** Model directories, opened: configuration, checkpoint, and the plaintext model. */
package io.secmoe.model.directory;
