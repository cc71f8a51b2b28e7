/**
 * Conversations: messages over frames, limits, and the meter. Knows neither protocols nor Flight.
 */
package io.secmoe.channel;
