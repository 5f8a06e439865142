package io.modelrunner;

/**
 * A value was refused where the request was built, before anything was sent.
 *
 * <p>The message names the field, the bound and the value; of a text, the value is its length, never its content.
 */
public class InvalidRequestException extends RequestRefusedException {
    private static final long serialVersionUID = 1L;

    private final String field;
    private final String bound;
    private final String value;

    /**
     * Makes the exception.
     *
     * @param field the name of the field, such as {@code temperature}
     * @param bound what is allowed, such as {@code "between 0 and 2"}
     * @param value what was given, such as {@code "3.5"}; of a text its length
     */
    public InvalidRequestException(String field, String bound, String value) {
        this(Failure.of(field + " must be " + bound + ", but is " + value).build(), field, bound, value);
    }

    private InvalidRequestException(Failure failure, String field, String bound, String value) {
        super(failure);
        this.field = field;
        this.bound = bound;
        this.value = value;
    }

    /** {@return the name of the field} */
    public String field() {
        return field;
    }

    /** {@return what is allowed} */
    public String bound() {
        return bound;
    }

    /** {@return what was given} */
    public String value() {
        return value;
    }

    @Override
    public InvalidRequestException with(Failure facts) {
        return new InvalidRequestException(facts, field, bound, value);
    }
}
