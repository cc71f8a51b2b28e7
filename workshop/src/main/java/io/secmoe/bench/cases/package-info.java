/** The cases of the benchmark: operations, layers, whole models. */
package io.secmoe.bench.cases;
