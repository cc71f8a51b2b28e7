/** Checkpoint files: safetensors, JSON with bounds, and the matrices in them. */
package io.secmoe.model.checkpoint;
