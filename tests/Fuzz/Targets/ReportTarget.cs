using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Serverless.Apps;
using Serverless.Device.Answers;
using Serverless.Devices;
using Serverless.Errors;
using Serverless.Limits;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Reports;
using Serverless.Storage;
using Serverless.Tests.Support;

namespace Serverless.Fuzz.Targets;

/// <summary>
/// The body of a report, up to the queues. Every event of an array has its result, and what is queued is what the queues' readers expect: no
/// more than was sent, within the size of a message, about valid apps and versions, and of free text one line without an id.
/// </summary>
internal sealed partial class ReportTarget : FuzzTarget<ReportTarget.Reading>, IDisposable
{
    private static readonly int[] Statuses = [StatusCodes.Status200OK, StatusCodes.Status400BadRequest, StatusCodes.Status413PayloadTooLarge];

    private static readonly Pepper Pepper = new(new byte[32]);
    private static readonly TimeProvider Time = TimeProvider.System;

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public override IEnumerable<byte[]> Seeds => Files("stats");

    public void Dispose() => _services.Dispose();

    protected override Reading Read(byte[] input)
    {
        // All new each time: what was sent before must not matter.
        using var queues = new QueueSpy();
        using var limits = new RequestLimits(Options.Create(new LimitOptions()));
        var intake = new ReportIntake(
            new EvidenceQueue(queues.Client()),
            new RecentEvents(Time),
            UsageStub.New(Time),
            Pepper,
            new Tickets(Pepper, Time, Options.Create(new EvidenceOptions())),
            Time,
            new Telemetry(_services.GetRequiredService<IMeterFactory>()));
        var function = new ReportFunction(intake, new DeviceNetworks(Pepper, Time), new GateStub(), limits);
        return new Reading(Exchange.Answer(function.RunAsync(Exchange.Post(input), CancellationToken.None).GetAwaiter().GetResult()), queues.Messages);
    }

    protected override void Check(byte[] input, Reading reading)
    {
        var sent = RequireAnswer(input, reading.Answer);
        var events = reading.Messages.Sum(RequireMessage);

        // An event is evidence, an error, both or neither.
        FindingException.Unless(events <= 2 * sent, $"{sent} events were sent and {events} are queued.");
    }

    /// <returns>How many events were sent.</returns>
    private static int RequireAnswer(byte[] input, HttpAnswer answer)
    {
        var json = AnswerJson.ParseObject(answer);
        FindingException.Unless(Statuses.Contains(answer.Status), $"The answer is {answer.Status}.");
        if (!answer.IsSuccess)
        {
            FindingException.Unless(json.Text("error") is { Length: > 0 }, "A refusal has no code.");
            return 0;
        }

        using var body = JsonDocument.Parse(input);
        var events = body.RootElement.ValueKind is JsonValueKind.Array ? body.RootElement.GetArrayLength() : (int?)null;
        FindingException.Unless(events == json.Field("results", JsonValueKind.Array)?.GetArrayLength(), "Results and events differ in number.");
        return events ?? 1;
    }

    /// <returns>How many events the message holds.</returns>
    private static int RequireMessage((string Queue, string Text) message)
    {
        FindingException.Unless(Encoding.UTF8.GetByteCount(message.Text) <= Queues.MaxMessageBytes, "A message is too large.");
        if (message.Queue == Queues.DeviceErrors)
        {
            var errors = JsonSerializer.Deserialize(message.Text, WireJson.Default.ErrorBatch)!.Events;
            FindingException.Unless(errors.All(error => IsValid(error.App, error.Version, error.Device)), "A queued error is about something invalid.");
            FindingException.Unless(errors.All(error => error.Line.Length <= ErrorLine.MaxLength && !Uuid().IsMatch(error.Line)), "A queued line is too long or holds an id.");
            return errors.Count;
        }

        var events = JsonSerializer.Deserialize(message.Text, WireJson.Default.EventBatch)!.Events;
        FindingException.Unless(events.All(evidence => IsValid(evidence.App, evidence.Version, evidence.Device)), "A queued event is about something invalid.");
        return events.Count;
    }

    private static bool IsValid(string app, string? version, string device) =>
        AppId.TryParse(app, out _) && (version is null || BundleVersion.TryParse(version, out _)) && DevicePseudonym.TryParse(device, out _);

    [GeneratedRegex("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")]
    private static partial Regex Uuid();

    /// <param name="Answer">What the device is told.</param>
    /// <param name="Messages">What is queued.</param>
    internal sealed record Reading(HttpAnswer Answer, IReadOnlyList<(string Queue, string Text)> Messages);
}
