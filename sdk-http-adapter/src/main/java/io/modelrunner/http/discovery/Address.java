package io.modelrunner.http.discovery;

import io.modelrunner.InvalidRequestException;
import io.modelrunner.RunnerEndpoint;

/** Reads addresses that were found somewhere, so that a refusal says where. */
final class Address {
    private Address() {}

    /**
     * {@return the endpoint}
     *
     * @param source where the address stands, such as the name of a variable
     * @throws InvalidRequestException if it is none
     */
    static RunnerEndpoint parse(String address, String source) {
        try {
            return RunnerEndpoint.parse(address);
        } catch (InvalidRequestException e) {
            throw new InvalidRequestException(source, e.bound(), e.value());
        }
    }
}
