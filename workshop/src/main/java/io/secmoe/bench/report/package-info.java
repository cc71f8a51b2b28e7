/** Figures of benchmarks, as tables and pictures. */
package io.secmoe.bench.report;
