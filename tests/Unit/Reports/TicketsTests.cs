using CsCheck;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Serverless.Devices;
using Serverless.Outcomes;
using Serverless.Reports;

namespace Serverless.Tests.Unit.Reports;

public sealed class TicketsTests
{
    private static readonly DeviceIdentity Device = new(Words.App("com.example.app"), Words.Device(1));

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 23, 59, 0, TimeSpan.Zero));
    private readonly Tickets _tickets;

    public TicketsTests() => _tickets = New(0);

    [Fact]
    public void Ticket_fits_the_plugin_and_names_its_last_day()
    {
        var ticket = _tickets.Issue(Device);

        Assert.Matches("^t[0-9a-f]{4}[A-Za-z0-9_-]{22}$", ticket.Text);
        Assert.Equal(new DateOnly(2026, 3, 31), ticket.LastDay);
    }

    [Fact]
    public void Ticket_is_good_through_its_last_day()
    {
        var ticket = _tickets.Issue(Device).Text;

        _time.SetUtcNow(new DateTimeOffset(2026, 3, 31, 23, 59, 59, TimeSpan.Zero));
        Assert.True(_tickets.IsGood(ticket, Device));
        _time.SetUtcNow(new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.False(_tickets.IsGood(ticket, Device));
    }

    [Fact]
    public void Ticket_is_good_for_its_device_app_and_server_alone()
    {
        var ticket = _tickets.Issue(Device).Text;

        Assert.True(_tickets.IsGood(ticket, Device));
        Assert.False(_tickets.IsGood(ticket, Device with { Device = Words.Device(2) }));
        Assert.False(_tickets.IsGood(ticket, Device with { App = Words.App("com.example.other") }));
        Assert.False(New(1).IsGood(ticket, Device));
    }

    [Fact]
    public void Ticket_with_another_character_anywhere_is_bad() => Gen.Select(Gen.Int[0, 26], Gen.OneOf(Gen.Char['0', '9'], Gen.Char['a', 'z'], Gen.Char)).Sample((at, other) =>
    {
        var ticket = _tickets.Issue(Device).Text;
        var changed = ticket.ToCharArray();
        changed[at] = other;

        return ticket[at] == other || !_tickets.IsGood(new string(changed), Device);
    });

    [Fact]
    public void Any_other_text_is_no_ticket() => Gen.OneOf(Gen.String, Gen.String[Gen.Char.AlphaNumeric, 27, 27]).Sample(text => !_tickets.IsGood(text, Device));

    private Tickets New(byte pepper) => new(new Pepper([.. Enumerable.Repeat(pepper, 32)]), _time, Options.Create(new EvidenceOptions()));
}
