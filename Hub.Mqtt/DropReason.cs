namespace Hub.Mqtt;

/// <summary>Why a message did not reach one of its subscribers.</summary>
public enum DropReason
{
    /// <summary>The subscriber's queue is full: it reads too slowly, or was away for too long.</summary>
    QueueFull = 0,

    /// <summary>The subscriber takes only smaller packets.</summary>
    TooLarge = 1,

    /// <summary>The message's own expiry came first.</summary>
    Expired = 2,
}
