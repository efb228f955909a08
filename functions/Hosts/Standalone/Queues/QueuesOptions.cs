using System.ComponentModel.DataAnnotations;
using Azure.Storage.Queues;
using Microsoft.Extensions.Options;

namespace Serverless.Hosts.Standalone.Queues;

/// <summary>The section <c>extensions.queues</c> of host.json; defaults and ranges are those of the Functions host.</summary>
internal sealed class QueuesOptions
{
    public const string Section = "extensions:queues";

    /// <summary>Messages received at once.</summary>
    [Range(1, 32)]
    public int BatchSize { get; set; } = 16;

    /// <summary>The next batch is received when no more than this many messages are being handled.</summary>
    [Range(0, 1000)]
    public int NewBatchThreshold { get; set; } = 8;

    /// <summary>The longest wait between two looks at an empty queue.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan MaxPollingInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The wait before a failed message is tried again.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan VisibilityTimeout { get; set; }

    /// <summary>The attempt that, when it fails, moves the message to the poison queue.</summary>
    [Range(1, 1000)]
    public int MaxDequeueCount { get; set; } = 5;

    public QueueMessageEncoding MessageEncoding { get; set; } = QueueMessageEncoding.Base64;
}

[OptionsValidator]
internal sealed partial class QueuesOptionsValidator : IValidateOptions<QueuesOptions>;
