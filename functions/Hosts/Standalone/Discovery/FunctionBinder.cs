using System.Reflection;
using System.Text.RegularExpressions;
using Azure.Storage.Blobs;
using Microsoft.AspNetCore.Http;
using Serverless.Hosts.Standalone.Blobs;
using Serverless.Hosts.Standalone.Timers;

namespace Serverless.Hosts.Standalone.Discovery;

/// <summary>Reads the trigger off a function's parameters and decides where each parameter's value comes from.</summary>
internal static partial class FunctionBinder
{
    /// <exception cref="StartupException">The function cannot be served.</exception>
    public static FunctionDefinition Bind(string name, MethodInfo method)
    {
        if (!FunctionName().IsMatch(name))
        {
            throw Refused(name, "needs a name of letters, digits, '-' and '_' that starts with a letter");
        }

        if (method.IsStatic || method.IsGenericMethod)
        {
            throw Refused(name, $"must be a plain instance method, which {method.DeclaringType!.Name}.{method.Name} is not");
        }

        var triggers = method.GetParameters()
            .SelectMany(parameter => parameter.GetCustomAttributes().Select(attribute => (Parameter: parameter, Attribute: attribute)))
            .Where(candidate => candidate.Attribute
                is HttpTriggerAttribute or QueueTriggerAttribute or BlobTriggerAttribute or TimerTriggerAttribute)
            .ToArray();
        if (triggers is not [var trigger])
        {
            throw Refused(name, $"needs exactly one trigger, and has {triggers.Length}");
        }

        return trigger.Attribute switch
        {
            HttpTriggerAttribute http => BindHttp(name, method, trigger.Parameter, http),
            QueueTriggerAttribute queue => BindQueue(name, method, trigger.Parameter, queue),
            BlobTriggerAttribute blob => BindBlob(name, method, trigger.Parameter, blob),
            TimerTriggerAttribute timer => BindTimer(name, method, trigger.Parameter, timer),
            _ => throw new InvalidOperationException(),
        };
    }

    private static HttpFunction BindHttp(string name, MethodInfo method, ParameterInfo parameter, HttpTriggerAttribute http)
    {
        RequireType<HttpRequest>(name, parameter);
        var route = http.Route ?? name;
        if (ReservedRoute().IsMatch(route))
        {
            throw Refused(name, $"has the route '{route}', and the Azure host keeps 'admin' and 'runtime' for itself");
        }

        if (http.AuthLevel != AuthorizationLevel.Anonymous)
        {
            throw Refused(name, "asks the Azure host for a key, and functions here find out themselves who calls");
        }

        return new HttpFunction(name, method, route, http.Methods);
    }

    private static QueueFunction BindQueue(string name, MethodInfo method, ParameterInfo trigger, QueueTriggerAttribute queue)
    {
        RequireType<string>(name, trigger);
        if (!QueueName().IsMatch($"{queue.QueueName}-poison"))
        {
            throw Refused(name, $"has the queue '{queue.QueueName}', which cannot be the name of a queue with a poison queue");
        }

        return new QueueFunction(
            name,
            method,
            queue.QueueName,
            Invocation<string>(name, method, parameter => parameter == trigger ? message => message : null));
    }

    private static BlobFunction BindBlob(string name, MethodInfo method, ParameterInfo trigger, BlobTriggerAttribute blob)
    {
        RequireType<BlobClient>(name, trigger);
        if (!BlobPath.TryParse(blob.BlobPath, out var path))
        {
            throw Refused(name, $"has the blob path '{blob.BlobPath}', which is not of the form container/{{name}}");
        }

        var function = new BlobFunction(name, method, path, Invocation<BlobInput>(name, method, parameter => parameter switch
        {
            _ when parameter == trigger => input => input.Blob,
            { ParameterType: var type, Name: { } part } when type == typeof(string) && path.Parts.Contains(part) => input => input.Parts[part],
            _ => null,
        }));
        return QueueName().IsMatch(function.NoticeQueue)
            ? function
            : throw Refused(name, $"needs a queue '{function.NoticeQueue}', which cannot be the name of one");
    }

    private static TimerFunction BindTimer(string name, MethodInfo method, ParameterInfo trigger, TimerTriggerAttribute timer)
    {
        RequireType<TimerInfo>(name, trigger);
        if (!TimerSchedule.TryParse(timer.Schedule, out var schedule))
        {
            throw Refused(name, $"has the schedule '{timer.Schedule}', which is not a six-field NCRONTAB expression");
        }

        return new TimerFunction(
            name,
            method,
            schedule,
            timer.RunOnStartup,
            timer.UseMonitor,
            Invocation<TimerInfo>(name, method, parameter => parameter == trigger ? info => info : null));
    }

    /// <param name="name">For the sentence that refuses.</param>
    /// <param name="method">Returns <see cref="Task"/>.</param>
    /// <param name="source">How a parameter is read from the trigger's input; null refuses it.</param>
    private static FunctionInvocation<TInput> Invocation<TInput>(
        string name,
        MethodInfo method,
        Func<ParameterInfo, Func<TInput, object>?> source)
    {
        if (method.ReturnType != typeof(Task))
        {
            throw Refused(name, "must return Task: nothing else of its result would be used");
        }

        var sources = Array.ConvertAll(method.GetParameters(), parameter => parameter.ParameterType == typeof(CancellationToken)
            ? null
            : source(parameter) ?? throw Refused(name, $"has the parameter '{parameter.Name}', which its trigger cannot fill"));

        return (instance, input, cancellation) => (Task)method.Invoke(
            instance,
            BindingFlags.DoNotWrapExceptions,
            binder: null,
            Array.ConvertAll(sources, read => read is null ? cancellation : read(input)),
            culture: null)!;
    }

    private static void RequireType<T>(string name, ParameterInfo trigger)
    {
        if (trigger.ParameterType != typeof(T))
        {
            throw Refused(name, $"has its trigger on '{trigger.Name}', which must be a {typeof(T).Name}");
        }
    }

    private static StartupException Refused(string name, string reason) => new($"The function '{name}' {reason}.");

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_-]{0,126}$")]
    private static partial Regex FunctionName();

    [GeneratedRegex("^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex QueueName();

    [GeneratedRegex("^(admin|runtime)", RegexOptions.IgnoreCase)]
    private static partial Regex ReservedRoute();
}
