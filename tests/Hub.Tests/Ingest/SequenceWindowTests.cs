using Hub.Ingest;

namespace Hub.Tests.Ingest;

public sealed class SequenceWindowTests
{
    private SequenceWindow _window = new();

    [Fact]
    public void A_number_seen_before_is_a_repetition()
    {
        Assert.False(Take(5));
        Assert.True(Take(5));
        Assert.False(Take(6));
        Assert.True(Take(5));
    }

    [Fact]
    public void Numbers_out_of_order_are_new_once()
    {
        Assert.False(Take(100));
        for (var n = 37; n < 100; n++) Assert.False(Take(n));
        for (var n = 37; n <= 100; n++) Assert.True(Take(n));
    }

    [Fact]
    public void A_number_older_than_the_window_is_taken_as_new()
    {
        Take(1000);
        Assert.False(Take(900));
        Assert.True(Take(1000));
    }

    [Fact]
    public void A_device_that_starts_again_from_zero_loses_nothing()
    {
        for (var n = 0; n < 50; n++) Take(n, content: (uint)n);
        for (var n = 0; n < 50; n++) Assert.False(Take(n, content: 1000u + (uint)n));
        Assert.True(Take(49, content: 1049));
    }

    [Fact]
    public void A_device_that_starts_again_and_loses_its_first_messages_is_known_by_its_newer_stamps()
    {
        for (var n = 0; n < 50; n++) Take(n, content: (uint)n, stamp: 1000 + n);
        for (var n = 3; n < 50; n++) Assert.False(Take(n, content: 1000u + (uint)n, stamp: 2000 + n));
    }

    [Fact]
    public void The_same_bytes_again_with_the_dup_flag_are_a_repetition_without_numbers()
    {
        Assert.False(_window.IsRepeated(77, dup: false));
        Assert.True(_window.IsRepeated(77, dup: true));
        Assert.False(_window.IsRepeated(77, dup: false));
        Assert.False(_window.IsRepeated(78, dup: true));
    }

    [Fact]
    public void An_alarm_that_bears_the_number_of_a_reading_is_no_repetition()
    {
        Assert.False(Take(5));
        Assert.False(_window.IsRepeated(5, 77, stampMs: 0, isEvent: true));
        Assert.True(_window.IsRepeated(5, 77, stampMs: 0, isEvent: true));
        Assert.True(_window.IsRepeated(5, 78, stampMs: 0, dup: true, isEvent: true));
        Assert.True(Take(5));
        Assert.False(Take(6));
    }

    [Fact]
    public void The_first_numbers_sent_again_after_many_others_are_repetitions()
    {
        for (var n = 0; n < 20; n++) Assert.False(Take(n));

        Assert.True(_window.IsRepeated(0, 1_000_000, stampMs: 0, dup: true));
        Assert.True(_window.IsRepeated(1, 1_000_001, stampMs: 0, dup: true));
        Assert.False(Take(0)); // without the flag the device begins anew
    }

    private bool Take(long n, uint content = 0, long stamp = 0) => _window.IsRepeated(n, content == 0 ? (uint)n + 1_000_000 : content, stamp);
}
