/** Two parties as processes on one machine: the demo, and SQL with private predictions. */
package io.secmoe.demo;
