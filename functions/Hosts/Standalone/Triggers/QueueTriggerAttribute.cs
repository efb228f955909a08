namespace Serverless.Hosts.Standalone.Triggers;

/// <summary>Binds a <see cref="string"/> parameter to the text of each message of a queue.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class QueueTriggerAttribute(string queueName) : Attribute
{
    public string QueueName => queueName;

    public string? Connection { get; set; }
}
