using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Serverless.Devices;
using Serverless.Outcomes;

namespace Serverless.Reports;

/// <summary>
/// Tickets that an app's own backend fetches for a device it knows, and that the app passes to <c>setCustomId()</c>: the plugin then repeats
/// it in all it sends. <c>t</c>, the last day in four hexadecimal digits (days since 1970), and the first 128 bits of
/// HMAC-SHA-256(pepper, app, pseudonym, last day) in base64url: 27 characters. Nothing is stored about a ticket.
/// </summary>
internal sealed class Tickets(Pepper pepper, TimeProvider time, IOptions<EvidenceOptions> options)
{
    private const int DayDigits = 4;
    private const int MacBytes = 16;
    private const int Length = 1 + DayDigits + 22;

    private static readonly int FirstDay = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    public Ticket Issue(DeviceIdentity device)
    {
        var lastDay = Today().AddDays(options.Value.TicketDays);
        return new Ticket(Write(device, lastDay), lastDay);
    }

    /// <param name="customId">As a device sent it: anything, or null.</param>
    /// <param name="device">Who sent it.</param>
    public bool IsGood(string? customId, DeviceIdentity device)
    {
        if (customId is not { Length: Length } || customId[0] != 't'
            || !int.TryParse(customId.AsSpan(1, DayDigits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var day))
        {
            return false;
        }

        var lastDay = DateOnly.FromDayNumber(FirstDay + day);
        return Today() <= lastDay && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(customId), Encoding.UTF8.GetBytes(Write(device, lastDay)));
    }

    private DateOnly Today() => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    private string Write(DeviceIdentity device, DateOnly lastDay)
    {
        var day = (lastDay.DayNumber - FirstDay).ToString("x4", CultureInfo.InvariantCulture);
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(pepper.Secret, Encoding.UTF8.GetBytes($"ticket\n{device.App.Value}\n{device.Device.Hex}\n{day}"), mac);
        return $"t{day}{Base64Url.EncodeToString(mac[..MacBytes])}";
    }
}

/// <param name="Text">To be handed to the app.</param>
/// <param name="LastDay">The last day on which it is good, in UTC.</param>
internal readonly record struct Ticket(string Text, DateOnly LastDay);
