namespace Hub.Mqtt;

/// <summary>Where sessions, subscriptions, retained and queued messages survive a restart of the hub.</summary>
public interface ISessionStore
{
}
