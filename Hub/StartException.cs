namespace Hub;

/// <summary>The hub cannot start or a command cannot be done; the message says what was found, what was expected and what to do.</summary>
internal sealed class StartException(string message, Exception? inner = null) : Exception(message, inner);
