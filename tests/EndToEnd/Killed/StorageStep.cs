using System.Text.RegularExpressions;
using Serverless.Device;
using Serverless.Tests.Support.Faults;
using Xunit.Sdk;

namespace Serverless.Tests.EndToEnd.Killed;

/// <summary>One write of the server's work on a subject, in a form that names the same write in the work on another subject.</summary>
/// <param name="Name">The operation, without the subject, digests, shards and message ids.</param>
/// <param name="Occurrence">Writes of one name are counted from 1.</param>
internal sealed partial record StorageStep(string Name, int Occurrence)
{
    /// <summary>The steps among these requests. What the server also does while it waits is none: renewing the lease of a message, and timers.</summary>
    /// <param name="requests">In order of arrival.</param>
    /// <param name="subject">What the work is on, as paths name it: an app id, or an upload's name without its ending.</param>
    public static IReadOnlyList<StorageStep> Among(IEnumerable<StorageRequest> requests, string subject)
    {
        var occurrences = new Dictionary<string, int>();
        return [.. requests.Where(IsStep).Select(request => NameOf(request, subject)).Select(name =>
            new StorageStep(name, occurrences[name] = occurrences.GetValueOrDefault(name) + 1))];
    }

    /// <summary>A predicate that finds this step in the work on the subject, for one use.</summary>
    public Func<StorageRequest, bool> In(string subject)
    {
        var seen = 0;
        return request => IsStep(request) && NameOf(request, subject) == Name && ++seen == Occurrence;
    }

    /// <summary>Runs a check, and says in its failure which step the server was killed at.</summary>
    public async Task RequireAsync(Func<Task> check)
    {
        try
        {
            await check();
        }
        catch (Exception failure) when (failure is IAssertionException or TimeoutException or InvalidOperationException or HarmfulAnswerException)
        {
            throw new XunitException($"Killed at {this}: {failure.Message}", failure);
        }
    }

    public override string ToString() => Occurrence == 1 ? Name : $"{Name} (no. {Occurrence})";

    private static bool IsStep(StorageRequest request) => request.IsWrite
        && !(request is { Service: StorageService.Queue, Method: "PUT" } && request.Path.Contains("/messages/", StringComparison.Ordinal))
        && !request.Path.StartsWith("serverless-host/timers/", StringComparison.Ordinal)
        && !request.Path.StartsWith("seals/", StringComparison.Ordinal);

    private static string NameOf(StorageRequest request, string subject) =>
        MessageId().Replace(Shard().Replace(Digest().Replace(
            request.ToString().Replace(subject, "{subject}", StringComparison.Ordinal), "{digest}"), "{shard}'"), "/messages/{id}");

    [GeneratedRegex("[0-9a-f]{64}")]
    private static partial Regex Digest();

    [GeneratedRegex("%7C[0-9a-f]'")]
    private static partial Regex Shard();

    [GeneratedRegex("/messages/.+$")]
    private static partial Regex MessageId();
}
