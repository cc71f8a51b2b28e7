/** What the benchmark runs: operations, layers, whole models. */
package io.secmoe.bench.cases;
