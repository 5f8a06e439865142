package io.modelrunner.testing;

import io.modelrunner.Capability;
import io.modelrunner.Model;
import io.modelrunner.ModelName;
import io.modelrunner.adapter.Health;
import io.modelrunner.adapter.LLMAdapter;
import io.modelrunner.chat.ChatEvent;
import io.modelrunner.chat.ChatRequest;
import io.modelrunner.chat.ChatResponse;
import io.modelrunner.chat.ChatStream;
import io.modelrunner.mock.MockAdapter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Adapters with one thing wrong each, and their contracts; what is to fail is no test of its own. */
final class BrokenAdapters {
    private BrokenAdapters() {}

    /** A mock that one thing can be wrong with. */
    static class Sound extends MockAdapterContractTest {
        @Override
        protected LLMAdapter newAdapter() {
            return new Broken();
        }

        @Override
        protected Set<Capability> requiredCapabilities() {
            return EnumSet.noneOf(Capability.class);
        }
    }

    /** Passes all on to a mock. */
    static class Broken implements LLMAdapter {
        final LLMAdapter mock = MockAdapterContractTest.mock()
                .without(Capability.TOOLS, Capability.IMAGES)
                .build();

        @Override
        public String name() {
            return mock.name();
        }

        @Override
        public Health health() {
            return mock.health();
        }

        @Override
        public Set<Capability> capabilities() {
            return mock.capabilities();
        }

        @Override
        public List<Model> listModels() {
            return mock.listModels();
        }

        @Override
        public ChatResponse chat(ChatRequest request) {
            return mock.chat(request);
        }

        @Override
        public ChatStream stream(ChatRequest request) {
            return mock.stream(request);
        }

        @Override
        public void close() {
            mock.close();
        }
    }

    static class DropsOptions extends Sound {
        @Override
        protected LLMAdapter newAdapter() {
            return new Broken() {
                @Override
                public ChatResponse chat(ChatRequest request) {
                    boolean carried = capabilities().containsAll(request.requires());
                    return mock.chat(carried ? request : runner().known());
                }
            };
        }
    }

    static class ClosesNothing extends Sound {
        @Override
        protected LLMAdapter newAdapter() {
            return new Broken() {
                @Override
                public void close() {}
            };
        }
    }

    static class SendsAtOnce extends Sound {
        @Override
        protected Optional<LLMAdapter> adapterToNowhere() {
            LLMAdapter nowhere = new NowhereAdapter();
            return Optional.of(new Broken() {
                @Override
                public Health health() {
                    return nowhere.health();
                }

                @Override
                public List<Model> listModels() {
                    return nowhere.listModels();
                }

                @Override
                public ChatResponse chat(ChatRequest request) {
                    return nowhere.chat(request);
                }

                @Override
                public ChatStream stream(ChatRequest request) {
                    nowhere.chat(request);
                    return mock.stream(request);
                }
            });
        }
    }

    static class SaysOtherNames extends Sound {
        @Override
        protected LLMAdapter newAdapter() {
            return new Broken() {
                @Override
                public List<Model> listModels() {
                    return new ArrayList<>(
                            List.of(Model.builder(ModelName.of("other")).build()));
                }

                @Override
                public ChatResponse chat(ChatRequest request) {
                    ChatResponse response = MockAdapter.echo()
                            .chat(request.toBuilder().model("other").build());
                    return response;
                }
            };
        }
    }

    static class LosesAPiece extends Sound {
        @Override
        protected LLMAdapter newAdapter() {
            return new Broken() {
                @Override
                public ChatStream stream(ChatRequest request) {
                    ChatStream whole = mock.stream(request);
                    Iterator<ChatEvent> events = whole.iterator();
                    return ChatStream.of(new ChatStream.Source() {
                        private boolean lost;

                        @Override
                        public ChatEvent next() {
                            ChatEvent event = events.next();
                            if (!lost) {
                                lost = true;
                                return next();
                            }
                            if (event instanceof ChatEvent.Completed end) {
                                ChatResponse.Builder less = ChatResponse.builder(request.model(), name());
                                return new ChatEvent.Completed(
                                        less.appendText(end.response().text().substring(1))
                                                .build());
                            }
                            return event;
                        }

                        @Override
                        public void close() {
                            whole.close();
                        }
                    });
                }
            };
        }
    }
}
