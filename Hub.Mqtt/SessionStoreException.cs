namespace Hub.Mqtt;

/// <summary>The session store cannot write: what was to be acknowledged is not, and its senders try again.</summary>
public sealed class SessionStoreException(string message, Exception inner) : Exception(message, inner);
