using System.Net;
using System.Text;
using Hub.Ingest;
using Hub.Mqtt;

namespace Hub.Tests.Ingest;

public sealed class SignInGuardTests : IAsyncDisposable
{
    private static readonly IPAddress guesser = IPAddress.Parse("198.51.100.7");
    private static readonly IPAddress elsewhere = IPAddress.Parse("203.0.113.9");

    private readonly Door _door = new();
    private readonly Gatekeeper _keeper;

    public SignInGuardTests()
    {
        _door.Options.SignIn = new SignInOptions { FreeFailures = 3, LockFailures = 8, LockSeconds = 60 };
        _keeper = new Gatekeeper(_door.Registry, null, _door.Front, _door.Options, _door.Clock);
    }

    public ValueTask DisposeAsync() => _door.DisposeAsync();

    [Fact]
    public async Task Answers_to_wrong_passwords_come_later_and_later_and_then_the_address_is_shut_for_a_while()
    {
        var held = new List<double>();
        for (var guess = 1; guess <= 8; guess++) held.Add((await GuessAsync(guesser)).Held);
        Assert.Equal([0, 0, 0, 0.25, 0.5, 1, 2, 0.25], held);

        Assert.Equal(ReasonCode.ConnectionRateExceeded, (await SignInAsync(guesser, "gw-1", "gw-secret")).Reason);
        Assert.Equal(ReasonCode.Success, (await SignInAsync(elsewhere, "gw-1", "gw-secret")).Reason);
        _door.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(ReasonCode.Success, (await SignInAsync(guesser, "gw-1", "gw-secret")).Reason);
    }

    [Fact]
    public async Task After_a_while_fewer_wrong_passwords_shut_the_address_again()
    {
        for (var guess = 1; guess <= 8; guess++) await GuessAsync(guesser);
        _door.Clock.Advance(TimeSpan.FromSeconds(61));
        for (var guess = 1; guess <= 4; guess++) Assert.Equal(ReasonCode.BadUserNameOrPassword, (await GuessAsync(guesser)).Reason);
        Assert.Equal(ReasonCode.ConnectionRateExceeded, (await GuessAsync(guesser)).Reason);
    }

    [Fact]
    public async Task A_device_that_is_at_home_there_is_not_shut_out_with_the_guesser_next_door()
    {
        Assert.Equal(ReasonCode.Success, (await SignInAsync(guesser, "gw-1", "gw-secret")).Reason);
        for (var guess = 1; guess <= 9; guess++) await GuessAsync(guesser);
        Assert.Equal(ReasonCode.ConnectionRateExceeded, (await GuessAsync(guesser)).Reason);
        Assert.Equal(ReasonCode.Success, (await SignInAsync(guesser, "gw-1", "gw-secret")).Reason);
    }

    [Fact]
    public async Task A_name_that_is_guessed_at_loses_that_favour_until_the_guessing_ends()
    {
        Assert.Equal(ReasonCode.Success, (await SignInAsync(guesser, "alarm-1", "alarm-secret")).Reason);
        for (var guess = 1; guess <= 12; guess++) await GuessAsync(guesser);
        Assert.Equal(ReasonCode.ConnectionRateExceeded, (await SignInAsync(guesser, "alarm-1", "alarm-secret")).Reason);
        _door.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(ReasonCode.Success, (await SignInAsync(guesser, "alarm-1", "alarm-secret")).Reason);
    }

    [Fact]
    public async Task Old_failures_are_forgotten()
    {
        for (var guess = 1; guess <= 7; guess++) await GuessAsync(guesser);
        _door.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(0, (await GuessAsync(guesser)).Held);
    }

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("::ffff:198.51.100.7", "198.51.100.7", true)]
    [InlineData("198.51.100.7", "198.51.100.8", false)]
    public void One_household_is_one_address(string one, string other, bool same) =>
        Assert.Equal(same, SignInGuard.KeyOf(IPAddress.Parse(one)) == SignInGuard.KeyOf(IPAddress.Parse(other)));

    [Fact]
    public void Guesses_from_a_million_addresses_cost_a_bounded_table()
    {
        var guard = new SignInGuard(_door.Options.SignIn, _door.Clock);
        for (var i = 0; i < 8; i++) guard.Failed(guesser, "alarm-1");
        for (var i = 0u; i < 1_000_000; i++) guard.Failed(new IPAddress(i + 1), "alarm-1");
        for (var i = 0u; i < 200_000; i++) guard.Succeeded(new IPAddress(i), "alarm-1");
        guard.Succeeded(guesser, new string('x', 60_000));
        Assert.InRange(guard.Held.Addresses, 1, SignInGuard.MostAddresses);
        Assert.InRange(guard.Held.Known, 1, SignInGuard.MostKnown);
        Assert.True(guard.IsShut(guesser, "gw-1")); // who is shut is forgotten last
    }

    private async Task<(ReasonCode Reason, double Held)> GuessAsync(IPAddress from)
    {
        var answer = SignInAsync(from, "alarm-1", "guess").AsTask();
        var held = TimeSpan.Zero;
        while (!answer.IsCompleted && held < TimeSpan.FromSeconds(5))
        {
            _door.Clock.Advance(TimeSpan.FromMilliseconds(250));
            held += TimeSpan.FromMilliseconds(250);
        }

        return ((await answer).Reason, held.TotalSeconds);
    }

    private ValueTask<ConnectVerdict> SignInAsync(IPAddress from, string user, string password) =>
        _keeper.ConnectAsync(new ConnectRequest { ClientId = "c", UserName = user, Password = Encoding.UTF8.GetBytes(password), RemoteAddress = from }, Door.Stop);
}
