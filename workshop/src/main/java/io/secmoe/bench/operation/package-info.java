/** Operations that the benchmark runs on shares. */
package io.secmoe.bench.operation;
