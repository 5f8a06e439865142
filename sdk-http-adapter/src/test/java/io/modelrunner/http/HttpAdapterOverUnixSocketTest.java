package io.modelrunner.http;

import io.modelrunner.adapter.LLMAdapter;
import java.util.Optional;

/** The contract over a socket in the file system, behind the prefix of Docker Desktop. */
class HttpAdapterOverUnixSocketTest extends HttpAdapterContractTest {
    @Override
    Way way() {
        return Way.unix();
    }

    @Override
    String prefix() {
        return "/exp/vDD4.40";
    }

    @Override
    public Optional<LLMAdapter> adapterToNowhere() {
        return Optional.of(HttpAdapter.at("unix://" + Way.socket()));
    }
}
