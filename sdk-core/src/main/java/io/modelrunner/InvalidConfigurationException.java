package io.modelrunner;

/**
 * The runner refused the settings for a model, such as a flag that it doesn't allow for the engine; the message has its words.
 */
public class InvalidConfigurationException extends RequestRefusedException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param failure the facts; not null
     */
    public InvalidConfigurationException(Failure failure) {
        super(failure);
    }

    @Override
    public InvalidConfigurationException with(Failure facts) {
        return new InvalidConfigurationException(facts);
    }
}
